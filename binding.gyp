{
  # node-gyp comes in here; CMakeLists.txt is the only build description.
  "targets": [
    {
      "target_name": "sophia_native",
      "type": "none",
      "actions": [
        {
          "action_name": "cmake",
          "message": "Building sophia_native.node with CMake",
          "inputs": [],
          # The second output never appears, so the action always runs: CMake decides what is stale.
          "outputs": ["<(PRODUCT_DIR)/sophia_native.node", "<(PRODUCT_DIR)/.always"],
          "action": [
            "cmake",
            "-DSOURCE_DIR=<(module_root_dir)",
            "-DBUILD_DIR=<(module_root_dir)/build/cmake",
            "-DPRODUCT_DIR=<(module_root_dir)/build/<(CONFIGURATION_NAME)",
            "-DCONFIG=<(CONFIGURATION_NAME)",
            "-P", "<(module_root_dir)/native/cmake/gyp-build.cmake"
          ]
        }
      ]
    }
  ]
}
