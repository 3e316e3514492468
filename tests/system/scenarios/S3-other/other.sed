/network: \{ backend: net, frontend: green/d
