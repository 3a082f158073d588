package io.holdfast.eventing.oidc;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Follows redirects, keeps cookies and submits forms. As browsers do, it sends secure cookies to 127.0.0.1 without TLS. */
final class TestBrowser {
    private static final Pattern FORM = Pattern.compile("(?s)<form[^>]*\\saction=\"([^\"]+)\".*?</form>");
    private static final Pattern INPUT = Pattern.compile("<input[^>]*>");
    private static final Pattern ATTRIBUTE = Pattern.compile("\\b(name|value|type)=\"([^\"]*)\"");
    private static final int REDIRECTS = 10;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private URI address = URI.create("about:blank");
    private String page = "";

    void open(URI uri) throws IOException {
        follow(HttpRequest.newBuilder(uri), uri);
    }

    /** Submits the first form of the page, its hidden fields included. */
    void submit(Map<String, String> fields) throws IOException {
        Matcher form = FORM.matcher(page);
        if (!form.find()) {
            throw new IOException("no form at " + address + ": " + page);
        }
        Map<String, String> all = new LinkedHashMap<>();
        INPUT.matcher(form.group()).results().forEach(input -> hidden(input.group(), all));
        all.putAll(fields);
        String body = all.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        URI target = address.resolve(form.group(1).replace("&amp;", "&"));
        follow(
                HttpRequest.newBuilder(target)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                target);
    }

    private static void hidden(String input, Map<String, String> fields) {
        Map<String, String> attributes = new LinkedHashMap<>();
        ATTRIBUTE.matcher(input).results().forEach(each -> attributes.put(each.group(1), each.group(2)));
        if ("hidden".equals(attributes.get("type"))) {
            fields.put(attributes.getOrDefault("name", ""), attributes.getOrDefault("value", ""));
        }
    }

    private void follow(HttpRequest.Builder first, URI target) throws IOException {
        HttpResponse<String> response = send(first);
        address = target;
        for (int i = 0; i < REDIRECTS && response.statusCode() / 100 == 3; i++) {
            address = address.resolve(response.headers().firstValue("location").orElseThrow());
            response = send(HttpRequest.newBuilder(address));
        }
        page = response.body();
        if (response.statusCode() != 200) {
            throw new IOException(response + ": " + page);
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            response.headers().allValues("set-cookie").forEach(this::keep);
            return response;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private void keep(String cookie) {
        String pair = cookie.split(";", 2)[0];
        int equals = pair.indexOf('=');
        cookies.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
}
