import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;

/** Exchanges a code with one of Java's HTTP clients, as a backend without an SDK. */
class JavaHttp {
  private static final String LOGIN =
      "https://api.weixin.qq.com/sns/jscode2session"
          + "?appid=%s&secret=%s&js_code=%s&grant_type=authorization_code";

  public static void main(String[] arguments) throws Exception {
    String url = String.format(LOGIN, Phone.APPID, Phone.SECRET, Phone.loginCode());
    JsonObject answer = new Gson().fromJson(ask(arguments[0], url), JsonObject.class);
    String openid = answer.get("openid").getAsString();
    String sessionKey = answer.get("session_key").getAsString();
    Phone.tell(Map.of("login", Map.of("openid", openid, "session_key", sessionKey)));
  }

  private static String ask(String client, String url) throws Exception {
    switch (client) {
      case "HttpURLConnection":
        return byConnection(url);
      case "java.net.http":
        return byJavaNetHttp(url);
      case "OkHttp":
        return byOkHttp(url);
      case "Apache HttpClient custom()":
        return byApache(url);
      default:
        throw new IllegalArgumentException(client);
    }
  }

  private static String byConnection(String url) throws IOException {
    try (InputStream answer = URI.create(url).toURL().openStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String byJavaNetHttp(String url) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  private static String byOkHttp(String url) throws IOException {
    Request request = new Request.Builder().url(url).build();
    try (Response answer = new OkHttpClient().newCall(request).execute()) {
      return answer.body().string();
    }
  }

  private static String byApache(String url) throws IOException {
    try (CloseableHttpClient client = HttpClients.custom().build()) {
      return EntityUtils.toString(client.execute(new HttpGet(url)).getEntity());
    }
  }
}
