#pragma once

#include <yaml-cpp/eventhandler.h>

#include <string>
#include <vector>

#include "harvester/config/document.hpp"

namespace harvester::config {

/// Place of a yaml-cpp mark (from 0, columns in bytes) in our counting.
[[nodiscard]] Mark mark_in(const Document& document, int line, int byte_column);

/// Builds the value tree from yaml-cpp's events, which (unlike its nodes) still show duplicates, anchors and tags.
class Builder final : public YAML::EventHandler {
 public:
  explicit Builder(Document& document) : document_(document) {}

  void OnDocumentStart(const YAML::Mark& mark) override;
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override;
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override;
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value style) override;
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value style) override;
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Value container;
    bool has_key = false;  ///< a map's next value belongs to `key`
    bool is_key = false;   ///< the container itself stands where a key should
    Entry key;
  };

  Value value(Value::Kind kind, const YAML::Mark& mark) const;
  void refuse_extras(const Mark& mark, const std::string& tag, YAML::anchor_t anchor);
  [[nodiscard]] bool expects_key() const;
  void open(Value container);
  void close();
  void add(Value value);
  void take_key(const Value& value);
  void take_entry(Frame& frame, Value value);
  [[nodiscard]] std::string path() const;
  void fault(const Mark& mark, const std::string& key, std::string message, std::string hint);

  Document& document_;
  std::vector<Frame> frames_;
  int documents_ = 0;
};

}  // namespace harvester::config
