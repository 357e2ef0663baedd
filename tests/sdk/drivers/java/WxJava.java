import cn.binarywang.wx.miniapp.api.WxMaService;
import cn.binarywang.wx.miniapp.api.WxMaUserService;
import cn.binarywang.wx.miniapp.bean.WxMaJscode2SessionResult;
import cn.binarywang.wx.miniapp.bean.WxMaUserInfo;
import cn.binarywang.wx.miniapp.config.impl.WxMaDefaultConfigImpl;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import me.chanjar.weixin.common.error.WxErrorException;

/** Lets WxJava do what a backend does; takes the names of its service and configuration. */
class WxJava {
  public static void main(String[] arguments) throws Exception {
    WxMaService service = (WxMaService) make(arguments[0]);
    service.setWxMaConfig(config(arguments[1]));
    WxMaUserService users = service.getUserService();
    Map<String, Object> flows = new LinkedHashMap<>();

    String code = Phone.loginCode();
    WxMaJscode2SessionResult session = users.getSessionInfo(code);
    String sessionKey = session.getSessionKey();
    flows.put("login", Map.of("openid", session.getOpenid(), "session_key", sessionKey));
    flows.put("error", Map.of("errcode", errcodeOf(users, code)));
    flows.put("token", Map.of("access_token", service.getAccessToken()));
    flows.put("phone", phone(users));
    flows.put("decrypt", decrypt(users, sessionKey));
    Phone.outliveTheToken();
    flows.put("retry", phone(users));
    Phone.tell(flows);
  }

  private static WxMaDefaultConfigImpl config(String name) throws Exception {
    WxMaDefaultConfigImpl config = (WxMaDefaultConfigImpl) make(name);
    config.setAppid(Phone.APPID);
    config.setSecret(Phone.SECRET);
    return config;
  }

  private static Object make(String name) throws Exception {
    return Class.forName(name).getDeclaredConstructor().newInstance();
  }

  private static int errcodeOf(WxMaUserService users, String code) {
    try {
      users.getSessionInfo(code);
    } catch (WxErrorException refused) {
      return refused.getError().getErrorCode();
    }
    throw new IllegalStateException("a code was good twice");
  }

  private static Map<String, ?> phone(WxMaUserService users) throws Exception {
    return Map.of("phoneNumber", users.getPhoneNumber(Phone.phoneCode()).getPhoneNumber());
  }

  private static Map<String, ?> decrypt(WxMaUserService users, String key) throws Exception {
    JsonObject sealed = Phone.profile();
    String content = sealed.get("encryptedData").getAsString();
    WxMaUserInfo opened = users.getUserInfo(key, content, sealed.get("iv").getAsString());
    String appid = opened.getWatermark().getAppid();
    return Map.of("nickName", opened.getNickName(), "appid", appid);
  }
}
