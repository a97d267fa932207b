pytest_plugins = ["deg_core.testing.discovery"]  # tests find no plugins but those they give
