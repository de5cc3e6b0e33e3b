#pragma once

#include <array>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "harvester/extract/content_item.hpp"
#include "harvester/extract/units.hpp"

namespace harvester::extract {

/// A concept as it may stand in a report: equal codes of several schemes, and its meaning.
struct Concept {
  std::array<std::string_view, 3> values;  ///< code values; the empty ones do not count
  std::string_view meaning;
  std::string_view scheme{};  ///< the private scheme that the values are of; empty: they are public ones
};

/// Whether the code names this concept. Code values outrank meanings: a known value decides, whatever the meaning says;
/// codes of a private scheme ("99...", "L") must agree in the meaning too, unless the concept is of that scheme.
[[nodiscard]] bool names_by_value(const Code& code, const Concept& sought);

/// Whether the meaning names it: without case, blanks and punctuation.
[[nodiscard]] bool names_by_meaning(const Code& code, const Concept& sought);

/// Reads the children of content items as plain values. What it takes it marks as used; what is lost it warns of.
class ItemReader {
 public:
  explicit ItemReader(std::vector<ReportWarning>& warnings) : warnings_(warnings) {}

  /// All children of that concept: those with its code, and only if there are none those with its meaning.
  [[nodiscard]] std::vector<const ContentItem*> all(const ContentItem& parent, const Concept& sought) const;

  /// The first of them that is of one of `types` (any type if none is given); null without.
  [[nodiscard]] const ContentItem* first(const ContentItem& parent, const Concept& sought,
                                         std::initializer_list<ValueType> types = {}) const;

  /// The containers of that concept.
  [[nodiscard]] std::vector<const ContentItem*> containers(const ContentItem& parent, const Concept& sought) const;

  /// Number in the stored unit. Nothing without measured value, with a value that is no number, or with a unit that is
  /// not understood.
  [[nodiscard]] MaybeNumber number(const ContentItem& parent, const Concept& sought, Quantity quantity) const;
  [[nodiscard]] MaybeNumber number_of(const ContentItem& item, Quantity quantity) const;

  /// All values of one NUM item: some makers put one for each pulse into it.
  [[nodiscard]] std::vector<double> numbers_of(const ContentItem& item, Quantity quantity) const;

  [[nodiscard]] MaybeCount count(const ContentItem& parent, const Concept& sought) const;
  [[nodiscard]] MaybeText text(const ContentItem& parent, const Concept& sought) const;  ///< also the meaning of a CODE
  [[nodiscard]] MaybeCode code(const ContentItem& parent,
                               const Concept& sought) const;  ///< a TEXT gives a bare meaning
  [[nodiscard]] MaybeText datetime(const ContentItem& parent, const Concept& sought) const;  ///< ISO 8601
  [[nodiscard]] MaybeFlag yes(const ContentItem& parent, const Concept& sought) const;  ///< Yes is true, all else false

  void warn(DoseWarning kind, const ContentItem& item, MaybeText raw = {}, MaybeText unit = {}) const;

 private:
  std::vector<ReportWarning>& warnings_;
};

/// The items below `root` (not itself) that nothing took, counted by concept and value type. A container counts as
/// taken if something below it was.
[[nodiscard]] std::vector<UnmappedItem> unmapped_items(const ContentItem& root);

/// Leaves each warning once, in order, and at most `most` of them.
void condense(std::vector<ReportWarning>& warnings, std::size_t most = 200);

}  // namespace harvester::extract
