// Lets silenceper/wechat do what a backend does; WECHAT_API, if set, is its base URL.
package main

import (
	"errors"
	"os"
	"strings"

	"github.com/silenceper/wechat/v2"
	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/miniprogram/business"
	"github.com/silenceper/wechat/v2/miniprogram/config"
	"github.com/silenceper/wechat/v2/util"

	"mockwx/drivers/phone"
)

func main() {
	if api := os.Getenv("WECHAT_API"); api != "" {
		util.SetURIModifier(func(uri string) string {
			return strings.Replace(uri, "https://api.weixin.qq.com", api, 1)
		})
	}
	app := wechat.NewWechat().GetMiniProgram(&config.Config{
		AppID: phone.AppID, AppSecret: phone.Secret, Cache: cache.NewMemory(),
	})

	code := phone.LoginCode()
	session, err := app.GetAuth().Code2Session(code)
	phone.Check(err)
	_, refused := app.GetAuth().Code2Session(code)
	if refused == nil {
		phone.Check(errors.New("a code was good twice"))
	}
	token, err := app.GetContext().GetAccessToken()
	phone.Check(err)
	request := &business.GetPhoneNumberRequest{Code: phone.PhoneCode()}
	number, err := app.GetBusiness().GetPhoneNumber(request)
	phone.Check(err)
	sealed := phone.Profile()
	opened, err := app.GetEncryptor().Decrypt(session.SessionKey, sealed.EncryptedData, sealed.IV)
	phone.Check(err)

	phone.Tell(map[string]phone.Facts{
		"login":   {"openid": session.OpenID, "session_key": session.SessionKey},
		"error":   {"text": refused.Error()},
		"token":   {"access_token": token},
		"phone":   {"phoneNumber": number.PhoneNumber},
		"decrypt": {"nickName": opened.NickName, "appid": opened.Watermark.AppID},
	})
}
