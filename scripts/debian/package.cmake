# What is installed, and the .deb that cpack makes of it: scripts/package.

install(TARGETS harvester RUNTIME DESTINATION bin)
install(FILES ${CMAKE_SOURCE_DIR}/scripts/systemd/harvester.service
              ${CMAKE_SOURCE_DIR}/scripts/systemd/harvester-harvest@.service
              ${CMAKE_SOURCE_DIR}/scripts/systemd/harvester-harvest@.timer
        DESTINATION /lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/profiles/example.yaml DESTINATION /etc/harvester/profiles)
install(FILES ${CMAKE_SOURCE_DIR}/scripts/debian/copyright ${CMAKE_SOURCE_DIR}/README.md
        DESTINATION share/doc/pacs-harvester)
install(FILES ${CMAKE_SOURCE_DIR}/scripts/systemd/low-ports.conf
              ${CMAKE_SOURCE_DIR}/scripts/systemd/watched-folders.conf
              ${CMAKE_SOURCE_DIR}/scripts/prometheus/harvester-alerts.yaml
        DESTINATION share/doc/pacs-harvester/examples)
install(FILES ${CMAKE_SOURCE_DIR}/scripts/debian/lintian-overrides DESTINATION share/lintian/overrides
        RENAME pacs-harvester)
install(DIRECTORY ${CMAKE_SOURCE_DIR}/scripts/third-party DESTINATION share/pacs-harvester USE_SOURCE_PERMISSIONS)
install(CODE "
  set(SOURCE \"${CMAKE_SOURCE_DIR}\")
  set(PROGRAM \"$<TARGET_FILE:harvester>\")
  set(ROOT \"\$ENV{DESTDIR}\")
  include(\"${CMAKE_SOURCE_DIR}/scripts/debian/documents.cmake\")")

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME pacs-harvester)
set(CPACK_PACKAGE_VENDOR "PACS Harvester authors")
set(CPACK_PACKAGE_CONTACT "PACS Harvester authors <maintainers@pacs-harvester.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "harvests radiation dose from DICOM archives into a database")
set(CPACK_PACKAGE_DESCRIPTION
"The harvester asks PACS for studies by date and modality, has of each study
the least that tells the dose sent to a Store SCP of its own, imports it into
one SQLite database, and can tell of every study, series and instance what
became of it and why. It runs as a daemon with schedules, or from the command
line.")
set(CPACK_SET_DESTDIR ON)  # some files have places of their own; the others go below CMAKE_INSTALL_PREFIX, which is /usr
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
    WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# libdcmtk17 holds the DICOM dictionary as well; date-tz reads the zones of tzdata.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, tzdata")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "dcmtk")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/scripts/debian/postinst ${CMAKE_SOURCE_DIR}/scripts/debian/prerm
    ${CMAKE_SOURCE_DIR}/scripts/debian/postrm ${CMAKE_SOURCE_DIR}/scripts/debian/conffiles)
include(CPack)
