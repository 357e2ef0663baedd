import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Alice's phone and the mock's clock, for drivers. */
final class Phone {
  static final String APPID = "wx6d6f636b77780001";
  static final String SECRET = "6d6f636b77786d6f636b77786d6f636b";

  private static final int TWO_HOURS = 7200;
  private static final Gson JSON = new Gson();

  private Phone() {}

  /** Log in; return the code. */
  static String loginCode() throws IOException {
    return wx("login", Map.of()).get("code").getAsString();
  }

  /** Tap the phone button; return the phone code. */
  static String phoneCode() throws IOException {
    return wx("getPhoneNumber", Map.of()).get("code").getAsString();
  }

  /** Allow a page to see nickname and avatar; return it sealed, with its iv. */
  static JsonObject profile() throws IOException {
    return wx("getUserProfile", Map.of("desc", "for a page", "base_library", "2.20.0"));
  }

  /** Move the mock's time on until every access_token has expired. */
  static void outliveTheToken() throws IOException {
    control("clock/advance", Map.of("seconds", TWO_HOURS + 1));
  }

  /** Print what a driver has to say. */
  static void tell(Map<String, ?> flows) {
    System.out.println(JSON.toJson(flows));
  }

  private static JsonObject wx(String call, Map<String, ?> arguments) throws IOException {
    return control("wx/" + call, arguments);
  }

  private static JsonObject control(String path, Map<String, ?> body) throws IOException {
    URI uri = URI.create(System.getenv("MOCKWX_URL") + "/_mockwx/api/" + path);
    HttpURLConnection connection =
        (HttpURLConnection) uri.toURL().openConnection(Proxy.NO_PROXY);
    connection.setDoOutput(true);
    connection.setRequestProperty("Content-Type", "application/json");
    try (OutputStream question = connection.getOutputStream()) {
      question.write(JSON.toJson(body).getBytes(StandardCharsets.UTF_8));
    }
    try (InputStream answer = connection.getInputStream()) {
      String text = new String(answer.readAllBytes(), StandardCharsets.UTF_8);
      return JSON.fromJson(text, JsonObject.class);
    }
  }
}
