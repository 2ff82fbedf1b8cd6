module reeve/bench/cedar

go 1.26

require github.com/cedar-policy/cedar-go v1.9.1
