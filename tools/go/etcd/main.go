// Command etcd is the etcd server: its Go module has no main package of its own that `go build` can name from outside.
package main

import (
	"os"

	"go.etcd.io/etcd/server/v3/etcdmain"
)

func main() { etcdmain.Main(os.Args) }
