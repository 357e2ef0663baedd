// Package phone is alice's phone and the mock's clock, for drivers.
package phone

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
)

// The mini program that every mock knows.
const (
	AppID  = "wx6d6f636b77780001"
	Secret = "6d6f636b77786d6f636b77786d6f636b"
)

// Facts is what an SDK said of a flow.
type Facts map[string]string

// Sealed is what a page gets that may see nickname and avatar.
type Sealed struct {
	EncryptedData string
	IV            string
}

// Its own transport knows no proxy: what a driver's SDK does stays its own.
var client = http.Client{Transport: &http.Transport{}}

// LoginCode logs in and returns the code.
func LoginCode() string {
	var answer struct{ Code string }
	wx("login", nil, &answer)
	return answer.Code
}

// PhoneCode taps the phone button and returns the phone code.
func PhoneCode() string {
	var answer struct{ Code string }
	wx("getPhoneNumber", nil, &answer)
	return answer.Code
}

// Profile allows a page to see nickname and avatar, and returns them sealed.
func Profile() (sealed Sealed) {
	arguments := map[string]string{"desc": "for a page", "base_library": "2.20.0"}
	wx("getUserProfile", arguments, &sealed)
	return sealed
}

// Allow has alice allow what a page of WeChat's asks in her browser, and returns the code.
func Allow(page string) string {
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	browser := http.Client{CheckRedirect: stay}
	asked, _, _ := strings.Cut(page, "#")
	led, err := browser.Get(asked + "&mockwx_user=alice&mockwx_consent=allow")
	Check(err)
	defer led.Body.Close()
	back, err := led.Location()
	Check(err)
	return back.Query().Get("code")
}

// Tell prints what a driver has to say.
func Tell(flows map[string]Facts) {
	said, err := json.Marshal(flows)
	Check(err)
	fmt.Println(string(said))
}

// Check ends the driver if something failed that should not.
func Check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func wx(call string, arguments map[string]string, answer any) {
	if arguments == nil {
		arguments = map[string]string{}
	}
	body, err := json.Marshal(arguments)
	Check(err)
	url := os.Getenv("MOCKWX_URL") + "/_mockwx/api/wx/" + call
	got, err := client.Post(url, "application/json", bytes.NewReader(body))
	Check(err)
	defer got.Body.Close()
	Check(json.NewDecoder(got.Body).Decode(answer))
}
