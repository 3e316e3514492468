s/\bblue\b/azure/g
