package io.holdfast.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.holdfast.access.signature.RequestSignature;
import io.holdfast.access.signature.SignedContent;
import io.holdfast.access.signature.SigningKey;
import io.holdfast.cli.rest.CommandException;
import io.holdfast.cli.rest.ServiceJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "sign",
        description = {
            "Signs a request over Kafka, and prints the value of its header holdfast-signature.",
            "Needs no service. The record's value must be the file, byte for byte."
        },
        footer = {
            "",
            "The file has id, source, type and time. Sign when you send: the age of the time is limited.",
            "",
            "Examples:",
            "  ./holdfast sign request.json --producer-key billing.pem \\",
            "    --key-id billing/2026-01",
            "  ./holdfast sign request.json --producer-key k.pem --key-id ci/1 --json"
        })
final class SignCommand extends BaseCommand {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_BYTES = 256 * 1024;

    @Parameters(paramLabel = "FILE", description = "The request: a CloudEvent as JSON, in structured mode.")
    private Path file;

    @Option(
            names = "--producer-key",
            paramLabel = "FILE",
            required = true,
            description = "The producer's private key: PEM, PKCS #8, not encrypted.")
    private Path producerKey;

    @Option(
            names = "--key-id",
            paramLabel = "ID",
            required = true,
            description = "PRODUCER/KEY, as under access.producers in holdfast.yaml.")
    private String keyId;

    @Override
    void run() {
        if (!keyId.matches("[^/]+/[^/]+")) {
            throw CommandException.usage("--key-id is written PRODUCER/KEY, such as billing/2026-01");
        }
        String signature = RequestSignature.sign(content(), key(), keyId);
        output().document(ServiceJson.object().put(RequestSignature.HEADER, signature));
        output().say(signature);
    }

    private SignedContent content() {
        byte[] body = body();
        try {
            JsonNode event = JSON.readTree(body);
            return SignedContent.of(
                    attribute(event, "id"),
                    attribute(event, "source"),
                    attribute(event, "type"),
                    time(attribute(event, "time")),
                    body);
        } catch (JsonProcessingException e) {
            throw CommandException.failed(file + ": this is not JSON");
        } catch (IOException e) {
            throw CommandException.failed(file + ": this is not JSON in UTF-8");
        }
    }

    private byte[] body() {
        try (var in = Files.newInputStream(file)) {
            byte[] body = in.readNBytes(MAX_BYTES + 1);
            if (body.length > MAX_BYTES) {
                throw CommandException.failed(file + ": a request may have " + MAX_BYTES + " bytes");
            }
            return body;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private String attribute(JsonNode event, String name) {
        String value = event.path(name).asText();
        if (!event.path(name).isTextual() || value.isBlank()) {
            throw CommandException.failed(
                    file + ": the event has no attribute " + name + "; id, source, type and time are signed");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw CommandException.failed(file + ": attribute " + name + " has a control character");
        }
        return value;
    }

    private String time(String text) {
        try {
            OffsetDateTime.parse(text);
            return text;
        } catch (DateTimeException e) {
            throw CommandException.failed(
                    file + ": attribute time is not an RFC 3339 instant such as 2026-01-15T14:30:00Z");
        }
    }

    private PrivateKey key() {
        try {
            return SigningKey.read(producerKey);
        } catch (IOException e) {
            throw unreadable(producerKey, e);
        } catch (IllegalArgumentException e) {
            throw CommandException.failed(producerKey + ": " + e.getMessage());
        }
    }

    private static CommandException unreadable(Path file, IOException e) {
        return CommandException.failed(
                file + ": this file can't be read (" + e.getClass().getSimpleName() + ")");
    }
}
