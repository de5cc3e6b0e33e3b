#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harvester/core/dose.hpp"
#include "harvester/extract/text_decoder.hpp"

class DcmItem;
class DcmTagKey;

namespace harvester::extract {

/// The bytes of an element's value, without padding; empty where the element is missing or no text.
[[nodiscard]] std::string raw_value(DcmItem& item, const DcmTagKey& tag);

/// Reads attributes of a data set as plain values; what is empty or broken is absent, and warned of where data is lost.
class DatasetReader {
 public:
  /// All must outlive the reader.
  DatasetReader(DcmItem& item, const TextDecoder& decoder, std::vector<ReportWarning>& warnings)
      : item_(item), decoder_(decoder), warnings_(warnings) {}

  /// The text in UTF-8, trimmed; several values as they stand, with backslashes.
  [[nodiscard]] MaybeText text(const DcmTagKey& tag) const;

  /// The values of a text, trimmed.
  [[nodiscard]] std::vector<std::string> values(const DcmTagKey& tag) const;

  /// Person names (VR PN), several joined with " | "; all component groups are kept.
  [[nodiscard]] MaybeText names(const DcmTagKey& tag) const;

  [[nodiscard]] MaybeText date(const DcmTagKey& tag) const;      ///< "YYYY-MM-DD"
  [[nodiscard]] MaybeText time(const DcmTagKey& tag) const;      ///< "HH:MM:SS[.ffffff]"
  [[nodiscard]] MaybeText datetime(const DcmTagKey& tag) const;  ///< ISO 8601
  [[nodiscard]] MaybeNumber number(const DcmTagKey& tag) const;  ///< first value, of text or binary VRs
  /// All values of a text, also where a maker put commas between them; those that are no numbers are left out.
  [[nodiscard]] std::vector<double> numbers(const DcmTagKey& tag) const;
  /// The parts of a text, at backslashes and commas.
  [[nodiscard]] std::vector<std::string> parts(const DcmTagKey& tag) const;

  /// The first item of a code sequence; nothing if it has neither code nor meaning.
  [[nodiscard]] MaybeCode code(const DcmTagKey& sequence) const;

  /// The first item of a sequence; null if there is none.
  [[nodiscard]] DcmItem* first_item(const DcmTagKey& sequence) const;
  /// All items of a sequence, owned by the data set.
  [[nodiscard]] std::vector<DcmItem*> items(const DcmTagKey& sequence) const;
  /// A reader of an item of this data set.
  [[nodiscard]] DatasetReader inside(DcmItem& item) const { return {item, decoder_, warnings_}; }

  [[nodiscard]] DcmItem& item() const { return item_; }
  [[nodiscard]] const TextDecoder& decoder() const { return decoder_; }

 private:
  [[nodiscard]] std::string decoded(const DcmTagKey& tag) const;
  void warn(DoseWarning kind, const DcmTagKey& tag, const std::string& raw) const;

  DcmItem& item_;
  const TextDecoder& decoder_;
  std::vector<ReportWarning>& warnings_;
};

/// A code item (PS3.3 8.8): Code Value, Long Code Value or URN, scheme and meaning.
[[nodiscard]] Code read_code(DcmItem& item, const TextDecoder& decoder);

/// All of `text` as one finite number (DS, IS); nothing else: "10/15", "1,2", "NaN", "1e999" are none.
[[nodiscard]] MaybeNumber parse_number(std::string_view text);

}  // namespace harvester::extract
