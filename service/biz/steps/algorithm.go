package steps

import (
	"slices"

	"certdesk/service"
	"certdesk/service/flow"
)

// Algorithm is that of the case's product.
func Algorithm(f *flow.Facts) (service.KeyAlg, error) {
	d, err := ProductOf(f)
	return d.Alg, err
}

// Dual reports whether the case ends in a dual pair, and not in a single certificate.
func Dual(f *flow.Facts) bool {
	alg, err := Algorithm(f)
	return err != nil || !alg.Single() // a product that cannot be read must not pass for one certificate
}

// algorithms are the words for them; what is left out has none.
var algorithms = map[service.KeyAlg]struct {
	name string
	says service.Text
}{
	service.AlgSM2:     {"SM2", service.T("SM2 签名与加密双证书", "SM2, signing and encryption pair")},
	service.AlgP256:    {"P-256", service.T("P-256 单证书", "P-256, one certificate")},
	service.AlgRSA:     {"RSA-2048", service.T("RSA-2048 单证书", "RSA-2048, one certificate")},
	service.AlgRSA3072: {"RSA-3072", service.T("RSA-3072 单证书", "RSA-3072, one certificate")},
}

// AlgorithmText is what the customer gets, in words; the zero Text before a product was chosen.
func AlgorithmText(f *flow.Facts) service.Text {
	alg, err := Algorithm(f)
	if err != nil {
		return service.Text{}
	}
	return algorithms[alg].says
}

// formAlgorithm is how forms name it.
func formAlgorithm(alg service.KeyAlg) string {
	if alg.Single() {
		return algorithms[alg].name + " 单证书"
	}
	return algorithms[alg].name + " 双证书"
}

// fits reports whether a token can take what a product of the algorithm needs. TokenUnsupported (what), TokenUnnamed, TokenProtected
// (serial).
func fits(info service.TokenInfo, alg service.KeyAlg) error {
	what := ""
	switch {
	case info.Unnamed:
		return service.E(service.TokenUnnamed, "steps.fit", nil, nil)
	case info.Protected:
		return service.E(service.TokenProtected, "steps.fit", service.Args{"serial": info.Serial}, nil)
	case !slices.Contains(info.Algs, alg):
		what = string(alg)
	case !alg.Single() && !info.Envelope:
		what = "GB/T 35276"
	default:
		return nil
	}
	return service.E(service.TokenUnsupported, "steps.fit", service.Args{"what": what}, nil)
}
