print("universal-neurons")
