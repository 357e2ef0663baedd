import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.methods.RequestBuilder;
import org.apache.http.entity.ContentType;
import org.apache.http.entity.StringEntity;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClients;
import org.apache.http.util.EntityUtils;

/** Does with one of Java's HTTP clients what a backend without an SDK does. */
class JavaHttp {
  private static final String API = "https://api.weixin.qq.com";
  private static final String LOGIN =
      "/sns/jscode2session?appid=%s&secret=%s&js_code=%s&grant_type=authorization_code";
  private static final String TOKEN =
      "/cgi-bin/token?appid=%s&secret=%s&grant_type=client_credential";
  private static final String PHONE = "/wxa/business/getuserphonenumber?access_token=%s";

  private static final Map<String, Client> CLIENTS =
      Map.of(
          "HttpURLConnection", JavaHttp::byConnection,
          "java.net.http", JavaHttp::byJavaNetHttp,
          "OkHttp", JavaHttp::byOkHttp,
          "Apache HttpClient custom()", JavaHttp::byApache);

  /** Sends a GET, or a POST if there is a body; returns what is answered. */
  private interface Client {
    String ask(String url, String body) throws Exception;
  }

  private final Client client;

  private JavaHttp(Client client) {
    this.client = client;
  }

  /** Takes a client's name, and maybe a URL that is asked instead of WeChat. */
  public static void main(String[] arguments) throws Exception {
    JavaHttp backend = new JavaHttp(CLIENTS.get(arguments[0]));
    if (arguments.length > 1) {
      System.out.println(backend.client.ask(arguments[1], null));
    } else {
      backend.play();
    }
  }

  private void play() throws Exception {
    String login = String.format(LOGIN, Phone.APPID, Phone.SECRET, Phone.loginCode());
    JsonObject session = get(login);
    String openid = session.get("openid").getAsString();
    String sessionKey = session.get("session_key").getAsString();
    int errcode = get(login).get("errcode").getAsInt();
    String token =
        get(String.format(TOKEN, Phone.APPID, Phone.SECRET)).get("access_token").getAsString();
    String tapped = new Gson().toJson(Map.of("code", Phone.phoneCode()));
    JsonObject phone = json(client.ask(API + String.format(PHONE, token), tapped));
    String number = phone.getAsJsonObject("phone_info").get("phoneNumber").getAsString();
    Phone.tell(
        Map.of(
            "login", Map.of("openid", openid, "session_key", sessionKey),
            "error", Map.of("errcode", errcode),
            "token", Map.of("access_token", token),
            "phone", Map.of("phoneNumber", number)));
  }

  private JsonObject get(String path) throws Exception {
    return json(client.ask(API + path, null));
  }

  private static JsonObject json(String text) {
    return new Gson().fromJson(text, JsonObject.class);
  }

  private static String byConnection(String url, String body) throws IOException {
    HttpURLConnection connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
    if (body != null) {
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/json");
      try (OutputStream question = connection.getOutputStream()) {
        question.write(body.getBytes(StandardCharsets.UTF_8));
      }
    }
    try (InputStream answer = connection.getInputStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String byJavaNetHttp(String url, String body) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
    if (body != null) {
      request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString()).body();
  }

  private static String byOkHttp(String url, String body) throws IOException {
    Request.Builder request = new Request.Builder().url(url);
    if (body != null) {
      request.post(RequestBody.create(body, MediaType.get("application/json")));
    }
    try (Response answer = new OkHttpClient().newCall(request.build()).execute()) {
      return answer.body().string();
    }
  }

  private static String byApache(String url, String body) throws IOException {
    HttpUriRequest request = RequestBuilder.get(url).build();
    if (body != null) {
      StringEntity entity = new StringEntity(body, ContentType.APPLICATION_JSON);
      request = RequestBuilder.post(url).setEntity(entity).build();
    }
    try (CloseableHttpClient client = HttpClients.custom().build();
        CloseableHttpResponse answer = client.execute(request)) {
      return EntityUtils.toString(answer.getEntity());
    }
  }
}
