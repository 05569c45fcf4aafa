package steps

import (
	"testing"

	"certdesk/service"
	"certdesk/service/catalog"
	"certdesk/service/flow"
)

// TestFits: the product's algorithm is asked for, and for a dual pair the import of its envelope.
func TestFits(t *testing.T) {
	full := service.TokenInfo{Algs: []service.KeyAlg{service.AlgSM2, service.AlgP256, service.AlgRSA}, Envelope: true}
	plain := service.TokenInfo{Algs: full.Algs}
	foreign := service.TokenInfo{Algs: []service.KeyAlg{service.AlgRSA, service.AlgP256}, Envelope: true}
	for _, c := range []struct {
		info  service.TokenInfo
		alg   service.KeyAlg
		lacks string
	}{
		{full, service.AlgSM2, ""}, {full, service.AlgP256, ""}, {full, service.AlgRSA, ""}, {full, service.AlgRSA3072, "rsa3072"},
		{plain, service.AlgSM2, "GB/T 35276"}, {plain, service.AlgRSA, ""}, {plain, service.AlgP256, ""},
		{foreign, service.AlgSM2, "sm2"}, {service.TokenInfo{}, service.AlgP256, "p256"},
	} {
		err := fits(c.info, c.alg)
		if c.lacks == "" && err != nil || c.lacks != "" && !service.IsCode(err, service.TokenUnsupported) || service.ArgsOf(err)["what"] != c.lacks {
			t.Errorf("%s on %v: %v", c.alg, c.info.Algs, err)
		}
	}
	for code, spoil := range map[service.Code]func(*service.TokenInfo){
		service.TokenUnnamed:   func(i *service.TokenInfo) { i.Unnamed = true },
		service.TokenProtected: func(i *service.TokenInfo) { i.Protected = true },
	} {
		info := full
		spoil(&info)
		if err := fits(info, service.AlgSM2); !service.IsCode(err, code) {
			t.Errorf("want %s, got %v", code, err)
		}
	}
}

// TestAlgorithmOnPaper: whatever the catalog may sell has words on the form and on the screen.
func TestAlgorithmOnPaper(t *testing.T) {
	for alg, want := range map[service.KeyAlg]string{service.AlgSM2: "SM2 双证书", service.AlgP256: "P-256 单证书", service.AlgRSA: "RSA-2048 单证书",
		service.AlgRSA3072: "RSA-3072 单证书"} {
		f := &flow.Facts{Case: &service.Case{Project: "01", Product: "11"}, Catalog: &catalog.Catalog{Projects: []catalog.Project{
			{Code: "01", Products: []catalog.Product{{Code: "11", Alg: alg}}}}}}
		if got := formAlgorithm(alg); got != want || AlgorithmText(f).ZH == "" || AlgorithmText(f).EN == "" {
			t.Errorf("%s: %s, %v", alg, got, AlgorithmText(f))
		}
		if Dual(f) != (alg == service.AlgSM2) {
			t.Errorf("%s: dual %v", alg, Dual(f))
		}
	}
}
