package main

// Mozilla's certificate authorities, for an image that holds nothing but this program. A system's own take precedence.
import _ "golang.org/x/crypto/x509roots/fallback"
