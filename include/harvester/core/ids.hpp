#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "harvester/core/result.hpp"

namespace harvester {

/// A text that is one kind of identifier and does not convert into another kind.
template <class Tag>
class TextId {
 public:
  TextId() = default;
  explicit TextId(std::string text) : text_(std::move(text)) {}

  [[nodiscard]] const std::string& str() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  auto operator<=>(const TextId&) const = default;

 private:
  std::string text_;
};

/// The key of a database row of one table.
template <class Tag>
struct RowId {
  std::int64_t value = 0;
  auto operator<=>(const RowId&) const = default;
};

using StudyUid = TextId<struct StudyUidTag>;              ///< (0020,000D), trimmed
using SeriesUid = TextId<struct SeriesUidTag>;            ///< (0020,000E), trimmed
using SopInstanceUid = TextId<struct SopInstanceUidTag>;  ///< (0008,0018), trimmed
using SopClassUid = TextId<struct SopClassUidTag>;        ///< (0008,0016), trimmed
using TransferSyntaxUid = TextId<struct TransferSyntaxUidTag>;

using NodeId = RowId<struct NodeIdTag>;
using HarvestId = RowId<struct HarvestIdTag>;
using WindowId = RowId<struct WindowIdTag>;
using CandidateStudyId = RowId<struct CandidateStudyIdTag>;
using CandidateSeriesId = RowId<struct CandidateSeriesIdTag>;
using RetrieveRequestId = RowId<struct RetrieveRequestIdTag>;
using ObjectId = RowId<struct ObjectIdTag>;  ///< a row of the inbox
using JobId = RowId<struct JobIdTag>;

/// An application entity title (PS3.5 6.2, VR AE): 1-16 characters without backslash or control characters, not only
/// spaces; leading and trailing spaces are not significant and are removed.
class AeTitle {
 public:
  /// Fails with `config` and the rule that is broken.
  static Result<AeTitle> make(std::string_view text);

  /// For titles known to be good (constants, tests).
  static AeTitle of(std::string_view text) { return *make(text); }

  [[nodiscard]] const std::string& str() const { return text_; }
  auto operator<=>(const AeTitle&) const = default;

 private:
  explicit AeTitle(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// Whether all of `text` is 1-16 letters or digits: what hospitals use for their own titles.
[[nodiscard]] bool is_plain_ae_title(std::string_view text);

}  // namespace harvester

template <class Tag>
struct std::hash<harvester::TextId<Tag>> {
  std::size_t operator()(const harvester::TextId<Tag>& id) const { return std::hash<std::string>{}(id.str()); }
};
