# Writes OUT: a C++ file with the text of each of FILES, named by its file name.
set(text "#include \"migrations.hpp\"\n\nnamespace harvester::database {\n\nconst std::vector<Migration>& migrations() {\n  static const std::vector<Migration> all{\n")
foreach(file ${FILES})
  file(READ ${file} sql)
  get_filename_component(name ${file} NAME)
  string(APPEND text "      {\"${name}\", R\"sql(${sql})sql\"},\n")
endforeach()
string(APPEND text "  };\n  return all;\n}\n\n}  // namespace harvester::database\n")
file(WRITE ${OUT} "${text}")
