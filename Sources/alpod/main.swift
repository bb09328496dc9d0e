print("alpod")
