# The disk domain may come back, and its clients with it; blue has a processor of its own.
/^  disk:$/,/^    memory:/ s/^    memory: .*$/&\n    restart: on-failure/
/^  green:$/,/^    memory:/ s/^    memory: .*$/&\n    restart: on-failure/
s/^(  blue: .*) \}$/\1, restart: on-failure, place: { cpus: 1 } }/
