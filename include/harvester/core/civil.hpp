#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace harvester {

/// A civil date, as DICOM's DA speaks of it: no time zone.
using CivilDate = std::chrono::year_month_day;

/// A clock time of a civil day in microseconds since midnight, as DICOM's TM speaks of it.
using CivilTime = std::chrono::microseconds;

/// "YYYYMMDD", also "YYYY-MM-DD" and "YYYY.MM.DD" (ACR-NEMA); nothing for what is no date.
[[nodiscard]] std::optional<CivilDate> parse_date(std::string_view text);

/// "HH", "HHMM", "HHMMSS", fraction of up to 6 digits, also with colons; a UTC offset (&ZZXX) is dropped, the local
/// clock time kept. Second 60 (leap) reads as 59. Nothing for what is no time.
[[nodiscard]] std::optional<CivilTime> parse_time(std::string_view text);

/// ISO 8601 "YYYY-MM-DDTHH:MM:SS[.ffffff]" of a DT value; a date alone means midnight; UTC offset dropped; nothing for
/// what is no date-time.
[[nodiscard]] std::optional<std::string> parse_datetime_iso(std::string_view text);

[[nodiscard]] std::string dicom_date(CivilDate date);  ///< "YYYYMMDD"
[[nodiscard]] std::string iso_date(CivilDate date);    ///< "YYYY-MM-DD"
[[nodiscard]] std::string dicom_time(CivilTime time);  ///< "HHMMSS", with ".ffffff" only where not whole
[[nodiscard]] std::string iso_time(CivilTime time);    ///< "HH:MM:SS", with ".ffffff" only where not whole

[[nodiscard]] CivilDate next_day(CivilDate date);
[[nodiscard]] CivilDate plus_days(CivilDate date, int days);
[[nodiscard]] int days_between(CivilDate from, CivilDate until);

}  // namespace harvester
