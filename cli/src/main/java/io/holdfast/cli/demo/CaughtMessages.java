package io.holdfast.cli.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.holdfast.cli.rest.ServiceJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The Slack messages and mails that the stack caught. */
record CaughtMessages(List<String> slack, List<String> mails) {

    static CaughtMessages caught(String catcher) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(catcher + "/messages"))
                .timeout(Duration.ofSeconds(10))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return of(ServiceJson.parse(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body()));
        }
    }

    static CaughtMessages of(JsonNode caught) {
        List<String> slack = new ArrayList<>();
        List<String> mails = new ArrayList<>();
        for (JsonNode message : caught) {
            String body = message.path("body").asText();
            switch (message.path("kind").asText()) {
                case "slack" -> slack.add(line(slackText(body)));
                case "mail" -> mails.add(line(message.path("subject").asText()));
                default -> {} // webhooks: the demo has none
            }
        }
        return new CaughtMessages(slack, mails);
    }

    int size() {
        return slack.size() + mails.size();
    }

    /** A Slack webhook's body is JSON with a text, which clients without blocks show. */
    private static String slackText(String body) {
        try {
            return ServiceJson.parse(body).path("text").asText(body);
        } catch (JsonProcessingException e) {
            return body;
        }
    }

    private static String line(String text) {
        String flat = text.strip().replaceAll("\\s+", " ");
        return flat.length() <= 150 ? flat : flat.substring(0, 149) + "…";
    }
}
