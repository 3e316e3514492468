s/\bnic0\b/card0/g
