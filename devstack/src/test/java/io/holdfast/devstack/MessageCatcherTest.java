package io.holdfast.devstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What services send to people arrives here and can be looked at; on demand it is refused. */
class MessageCatcherTest {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static DevStack stack;

    @BeforeAll
    static void start() {
        stack = DevStack.start(StackOptions.temporary().only(StackComponent.CATCHER));
    }

    @AfterAll
    static void stop() {
        stack.close();
    }

    @BeforeEach
    void forget() throws Exception {
        send("DELETE", "/messages", "");
    }

    @Test
    void aSlackPostIsShown() throws Exception {
        HttpResponse<String> answer = send("POST", "/slack/ops", "{\"text\":\"<backup> failed\"}");

        assertThat(answer.body()).isEqualTo("ok");
        assertThat(messages().get(0).get("kind").asText()).isEqualTo("slack");
        assertThat(messages().get(0).get("to").asText()).isEqualTo("ops");
        assertThat(messages().get(0).get("body").asText()).isEqualTo("{\"text\":\"<backup> failed\"}");
        assertThat(send("GET", "/", "").body()).contains("slack to ops", "&lt;backup&gt; failed");
    }

    @Test
    void aMailIsShown() throws Exception {
        mail("dba@example.org", "Backup of portal failed", "Zur Prüfung: disk full");

        assertThat(messages().get(0).get("kind").asText()).isEqualTo("mail");
        assertThat(messages().get(0).get("to").asText()).isEqualTo("dba@example.org");
        assertThat(messages().get(0).get("subject").asText()).isEqualTo("Backup of portal failed");
        assertThat(messages().get(0).get("body").asText()).contains("Zur Prüfung: disk full");
    }

    @Test
    void postsAreRefusedAsOftenAsTold() throws Exception {
        send("POST", "/behaviour", "{\"kind\":\"slack\",\"status\":429,\"times\":2,\"retryAfter\":3}");

        HttpResponse<String> first = send("POST", "/slack/ops", "a");
        assertThat(first.statusCode()).isEqualTo(429);
        assertThat(first.headers().firstValue("Retry-After")).contains("3");
        assertThat(send("POST", "/webhook/hook", "w").statusCode()).isEqualTo(200);
        assertThat(send("POST", "/slack/ops", "b").statusCode()).isEqualTo(429);
        assertThat(send("POST", "/slack/ops", "c").statusCode()).isEqualTo(200);
        assertThat(messages()).extracting(m -> m.get("body").asText()).containsExactly("w", "c");
    }

    @Test
    void mailsAreRefusedAsOftenAsTold() throws Exception {
        send("POST", "/behaviour", "{\"kind\":\"mail\",\"status\":451,\"times\":1,\"retryAfter\":0}");

        assertThatThrownBy(() -> mail("dba@example.org", "first", "x")).isInstanceOf(MessagingException.class);
        mail("dba@example.org", "second", "x");

        assertThat(messages()).extracting(m -> m.get("subject").asText()).containsExactly("second");
    }

    @Test
    void slacksWebApiAnswers200AlsoToWhatItRefuses() throws Exception {
        assertThat(api("chat.postMessage", "xoxp-user", "{\"channel\":\"#ops\",\"text\":\"a\"}")
                        .body())
                .isEqualTo("{\"ok\":false,\"error\":\"invalid_auth\"}");
        assertThat(api("chat.update", "xoxb-1", "{\"channel\":\"C0OPS\",\"ts\":\"1.2\",\"text\":\"a\"}")
                        .body())
                .contains("message_not_found");
        send("POST", "/behaviour", "{\"kind\":\"slack-api\",\"times\":1,\"error\":\"ratelimited\",\"retryAfter\":2}");
        HttpResponse<String> limited = api("chat.postMessage", "xoxb-1", "{\"channel\":\"#ops\",\"text\":\"a\"}");

        assertThat(limited.statusCode()).isEqualTo(200);
        assertThat(limited.body()).contains("\"ok\":false", "ratelimited");
        assertThat(limited.headers().firstValue("Retry-After")).contains("2");
        assertThat(messages()).isEmpty();
    }

    @Test
    void aMessageOfSlacksWebApiIsUpdatedByItsChannelAndTime() throws Exception {
        JsonNode posted = new ObjectMapper()
                .readTree(api("chat.postMessage", "xoxb-1", "{\"channel\":\"#ops\",\"text\":\"a\"}")
                        .body());
        String update = "{\"channel\":\"%s\",\"ts\":\"%s\",\"text\":\"b\"}"
                .formatted(posted.get("channel").asText(), posted.get("ts").asText());

        assertThat(api("chat.update", "xoxb-1", update).body()).contains("\"ok\":true");
        send("DELETE", "/slack-api", "");
        assertThat(api("chat.update", "xoxb-1", update).body()).contains("message_not_found");
    }

    @Test
    void pagerDutyAndTeamsAndAChannelThatAlwaysRefusesArePlayed() throws Exception {
        assertThat(send("POST", "/pagerduty/v2/enqueue", "{\"event_action\":\"open\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(send("POST", "/pagerduty/v2/enqueue", "{\"routing_key\":\"k\",\"event_action\":\"resolve\"}")
                        .statusCode())
                .isEqualTo(202);
        assertThat(send("POST", "/teams/ops", "{}").statusCode()).isEqualTo(202);
        assertThat(send("POST", "/status/403", "{}").statusCode()).isEqualTo(403);
        assertThat(messages()).extracting(m -> m.get("kind").asText()).containsExactly("pagerduty", "teams");
    }

    private static HttpResponse<String> api(String method, String token, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(stack.addresses().catcher().http() + "/slack-api/" + method))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode messages() throws IOException, InterruptedException {
        return new ObjectMapper().readTree(send("GET", "/messages", "").body());
    }

    private static HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create(stack.addresses().catcher().http() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static void mail(String to, String subject, String text) throws MessagingException {
        Properties properties = new Properties();
        properties.setProperty("mail.smtp.host", stack.addresses().catcher().smtpHost());
        properties.setProperty(
                "mail.smtp.port", Integer.toString(stack.addresses().catcher().smtpPort()));
        MimeMessage message = new MimeMessage(Session.getInstance(properties));
        message.setFrom(new InternetAddress("holdfast@example.org"));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress(to));
        message.setSubject(subject, "UTF-8");
        message.setText(text, "UTF-8");
        Transport.send(message);
    }
}
