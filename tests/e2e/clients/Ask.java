import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Asks one URL with both of Java's own clients. */
class Ask {
  public static void main(String[] arguments) throws Exception {
    URI uri = URI.create(arguments[0]);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    try (InputStream answer = connection.getInputStream()) {
      System.out.println(new String(answer.readAllBytes()));
    }
    HttpRequest request = HttpRequest.newBuilder(uri).build();
    System.out.println(HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body());
  }
}
