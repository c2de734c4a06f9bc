module tunnel-client

go 1.19
