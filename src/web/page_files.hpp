#pragma once

#include <string_view>
#include <vector>

namespace harvester::web {

/// A file of the page, compiled in.
struct PageFile {
  std::string_view name;  ///< "index.html", "assets/app.js"
  std::string_view type;  ///< media type
  std::string_view etag;  ///< quoted
  std::string_view bytes;
};

/// All files of page/dist; where there are none, an index.html that says so.
[[nodiscard]] const std::vector<PageFile>& page_files();

}  // namespace harvester::web
