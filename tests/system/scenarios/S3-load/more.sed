# A connection more: all labels of the host's own policy, and one that is new.
s/^connections:$/&\n  - { channel: { between: [blue, green], pages: 1 } }/
