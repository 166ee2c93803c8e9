# Installs the build into a scratch folder, then configures, builds and runs the user's program in
# consumer/ against it. Called by ctest with -D: build_dir, scratch_dir, compiler, launcher, flags,
# generator.

function(run)
  execute_process(COMMAND ${ARGN}
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    string(REPLACE ";" " " command "${ARGN}")
    message(NOTICE "${output}")
    message(FATAL_ERROR "${command} ended with ${status}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${scratch_dir})
set(prefix ${scratch_dir}/prefix)
run(${CMAKE_COMMAND} --install ${build_dir} --prefix ${prefix})

run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${scratch_dir}/build -G ${generator}
  -DCMAKE_PREFIX_PATH=${prefix}
  -DCMAKE_CXX_COMPILER=${compiler}
  "-DCMAKE_CXX_COMPILER_LAUNCHER=${launcher}"
  "-DCMAKE_CXX_FLAGS=${flags}")
run(${CMAKE_COMMAND} --build ${scratch_dir}/build)

run(${scratch_dir}/build/consumer)
if(NOT output STREQUAL "holdfast found\n")
  message(FATAL_ERROR "consumer printed: ${output}")
endif()

if(NOT EXISTS ${prefix}/bin/holdfast)
  message(FATAL_ERROR "bin/holdfast is not among what was installed")
endif()
