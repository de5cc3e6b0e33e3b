# Run when the program is installed: the documents that the program tells of itself, and those that are compressed.
# SOURCE, PROGRAM and ROOT (where things go, ending before /usr) are set by the caller.

function(written file)
  cmake_path(GET file PARENT_PATH folder)
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND ${ARGN} OUTPUT_FILE ${file} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

function(compressed from to)
  cmake_path(GET to PARENT_PATH folder)
  file(MAKE_DIRECTORY ${folder})
  execute_process(COMMAND gzip -9nc ${from} OUTPUT_FILE ${to} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

set(share ${ROOT}/usr/share)
written(${share}/man/man1/harvester.1 ${PROGRAM} man)
compressed(${share}/man/man1/harvester.1 ${share}/man/man1/harvester.1.gz)
file(REMOVE ${share}/man/man1/harvester.1)
written(${share}/bash-completion/completions/harvester ${PROGRAM} completion bash)
written(${share}/zsh/vendor-completions/_harvester ${PROGRAM} completion zsh)
written(${share}/fish/vendor_completions.d/harvester.fish ${PROGRAM} completion fish)
compressed(${SOURCE}/scripts/debian/changelog ${share}/doc/pacs-harvester/changelog.Debian.gz)
compressed(${SOURCE}/CHANGELOG.md ${share}/doc/pacs-harvester/changelog.gz)

# The site file is the one of `harvester init`.
file(READ ${SOURCE}/src/config/harvester.yaml.in text)
string(REPLACE "%DATA_DIRECTORY%" "/var/lib/harvester" text "${text}")
file(WRITE ${ROOT}/etc/harvester/harvester.yaml "${text}")
