print("viseme")
