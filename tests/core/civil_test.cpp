#include "harvester/core/civil.hpp"

#include <catch2/catch.hpp>

using namespace harvester;

TEST_CASE("dates are read in the forms that archives send, and nothing else", "[core]") {
  CHECK(iso_date(*parse_date("20180131")) == "2018-01-31");
  CHECK(iso_date(*parse_date("2018-01-31")) == "2018-01-31");
  CHECK(iso_date(*parse_date("2018.01.31 ")) == "2018-01-31");
  for (const auto* text : {"", "1234567890", "asdf", "20180231", "2018013", "2018/01/31"})
    CHECK_FALSE(parse_date(text));
}

TEST_CASE("times lose their UTC offset and keep their fraction", "[core]") {
  CHECK(iso_time(*parse_time("130426.214000-0600")) == "13:04:26.214000");
  CHECK(iso_time(*parse_time("130426")) == "13:04:26");
  CHECK(iso_time(*parse_time("1304")) == "13:04:00");
  CHECK(iso_time(*parse_time("13:04:26")) == "13:04:26");
  CHECK(dicom_time(*parse_time("235960")) == "235959");
  for (const auto* text : {"", "1234567890", "asdf", "240000", "126000", "13042"}) CHECK_FALSE(parse_time(text));
}

TEST_CASE("date-times may be dates alone and drop their offset", "[core]") {
  CHECK(*parse_datetime_iso("20180629172304.023000+0515") == "2018-06-29T17:23:04.023000");
  CHECK(*parse_datetime_iso("20180629172304") == "2018-06-29T17:23:04");
  CHECK(*parse_datetime_iso("20180629") == "2018-06-29T00:00:00");
  for (const auto* text : {"", "1234567890", "asdf", "2018"}) CHECK_FALSE(parse_datetime_iso(text));
}

TEST_CASE("days are counted over months and leap years", "[core]") {
  const auto day = *parse_date("20240228");
  CHECK(dicom_date(next_day(day)) == "20240229");
  CHECK(dicom_date(plus_days(day, 2)) == "20240301");
  CHECK(days_between(day, *parse_date("20240301")) == 2);
}
