package factorize_test

import (
	"context"
	"fmt"
	"math/big"

	"github.com/pythonweb/goweb/factorize"
)

func Example() {
	lists, err := factorize.Parallel(context.Background(), 2, big.NewInt(128), big.NewInt(255))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(lists[0])
	fmt.Println(lists[1])
	// Output:
	// [1 2 4 8 16 32 64 128]
	// [1 3 5 15 17 51 85 255]
}
