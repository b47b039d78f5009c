// Command bare says hello with the standard library alone.
package main

import "fmt"

func main() { fmt.Println("hello") }
