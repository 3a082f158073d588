package io.holdfast.eventing;

import io.holdfast.contracts.FailureCode;
import io.holdfast.eventing.cloudevents.UnreadableMessageException.Reason;
import io.holdfast.eventing.inbox.InboxTableTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message nobody wants, and where DESIGN says it ends.
 *
 * @param dead the reason of its dead letter, or null
 * @param rejected the code of its rejection, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Poison(
        String name,
        byte @Nullable [] value,
        Map<String, String> headers,
        @Nullable Reason dead,
        @Nullable FailureCode rejected) {

    @Override
    public String toString() {
        return name;
    }

    public static List<Poison> corpus() {
        List<Poison> all = new ArrayList<>();
        unparseable(all);
        noCloudEvents(all);
        badAttributes(all);
        badRequests(all);
        return all;
    }

    private static void unparseable(List<Poison> all) {
        dead(all, "tombstone", null, Map.of(), Reason.EMPTY);
        dead(all, "empty", "", Map.of(), Reason.EMPTY);
        dead(all, "empty structured", "", Map.of("content-type", "application/cloudevents+json"), Reason.EMPTY);
        for (String text :
                List.of("hello", "{", "}", "{\"specversion\":", "nul", "'a'", "\"open", "{\"a\":1}}", "[1,")) {
            dead(all, "not JSON " + text, text, Map.of(), Reason.NOT_JSON);
        }
        deadBytes(all, "random bytes", new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2, (byte) 0x80}, Reason.NOT_JSON);
        deadBytes(all, "broken UTF-8", new byte[] {'{', '"', (byte) 0xc3, '(', '"', ':', '1', '}'}, Reason.NOT_JSON);
        deadBytes(all, "gzip", new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0}, Reason.NOT_JSON);
        deadBytes(all, "zeros", new byte[1000], Reason.NOT_JSON);
        deadBytes(all, "257 KiB", new byte[257 * 1024], Reason.TOO_LARGE);
        deadBytes(all, "almost 1 MiB", new byte[1_040_000], Reason.TOO_LARGE);
        dead(all, "33 deep", nested("[", 33, "]"), Map.of(), Reason.TOO_DEEP);
        dead(all, "100,000 deep", "[".repeat(100_000), Map.of(), Reason.TOO_DEEP);
        dead(all, "100,000 deep objects", "{\"a\":".repeat(40_000), Map.of(), Reason.TOO_DEEP);
        dead(all, "deep data", event("deep-data", nested("[", 40, "]")), Map.of(), Reason.TOO_DEEP);
        dead(all, "deep binary data", nested("[", 40, "]"), binary("deep-binary"), Reason.TOO_DEEP);
        dead(all, "number of 2,000 digits", event("digits", "9".repeat(2000)), Map.of(), Reason.TOO_LARGE);
        dead(all, "key twice", "{\"specversion\":\"1.0\",\"specversion\":\"1.0\"}", Map.of(), Reason.NOT_JSON);
        dead(all, "binary, not JSON", "source=portal", binary("form"), Reason.NOT_JSON);
        dead(all, "binary XML", "<a/>", with(binary("xml"), "content-type", "application/xml"), Reason.NOT_JSON);
    }

    private static void noCloudEvents(List<Poison> all) {
        for (String json : List.of("{}", "[]", "null", "1", "true", "\"text\"", "{\"source\":\"portal\"}", "[{}]")) {
            dead(all, "no CloudEvent " + json, json, Map.of(), Reason.NOT_A_CLOUD_EVENT);
        }
        String batch = "[" + event("in-batch", "{\"source\":\"portal\"}") + "]";
        dead(all, "batch", batch, Map.of(), Reason.NOT_A_CLOUD_EVENT);
        Map<String, String> batched = Map.of("content-type", "application/cloudevents-batch+json");
        dead(all, "announced batch", batch, batched, Reason.NOT_A_CLOUD_EVENT);
        dead(all, "version 0.3", event("old", "{}").replace("1.0", "0.3"), Map.of(), Reason.NOT_A_CLOUD_EVENT);
        dead(all, "version 2.0", "{}", with(binary("new"), "ce_specversion", "2.0"), Reason.NOT_A_CLOUD_EVENT);
        for (String attribute : List.of("ce_id", "ce_source", "ce_type")) {
            Map<String, String> headers = new HashMap<>(binary("without"));
            headers.remove(attribute);
            dead(all, "without " + attribute, "{}", headers, Reason.NOT_A_CLOUD_EVENT);
        }
        dead(all, "blank id", "{}", with(binary("x"), "ce_id", "  "), Reason.NOT_A_CLOUD_EVENT);
        String both = event("both", "{}").replace("\"data\":", "\"data_base64\":\"e30=\",\"data\":");
        dead(all, "data twice", both, Map.of(), Reason.NOT_A_CLOUD_EVENT);
        String noBase64 = event("no-base64", "\"%%%\"").replace("\"data\":", "\"data_base64\":");
        dead(all, "base64 that is none", noBase64, Map.of(), Reason.NOT_A_CLOUD_EVENT);
    }

    private static void badAttributes(List<Poison> all) {
        Reason invalid = Reason.ATTRIBUTE_INVALID;
        dead(all, "id of 10,000", "{}", with(binary("x"), "ce_id", "i".repeat(10_000)), invalid);
        dead(all, "source of 10,000", "{}", with(binary("x"), "ce_source", "s".repeat(10_000)), invalid);
        dead(all, "NUL in id", "{}", with(binary("x"), "ce_id", "a\0b"), invalid);
        dead(all, "line feed in source", "{}", with(binary("x"), "ce_source", "a\nb"), invalid);
        dead(all, "time of day", "{}", with(binary("x"), "ce_time", "14:30"), invalid);
        dead(all, "expiry in words", "{}", with(binary("x"), "ce_expirytime", "tomorrow"), invalid);
        dead(all, "id is an object", event("x", "{}").replace("\"x\"", "{\"a\":1}"), Map.of(), invalid);
        dead(all, "id is a number", event("x", "{}").replace("\"x\"", "17"), Map.of(), invalid);
        dead(all, "version is a number", event("v", "{}").replace("\"1.0\"", "1.0"), Map.of(), invalid);
        Map<String, String> upper = new HashMap<>();
        binary("upper").forEach((name, value) -> upper.put(name.toUpperCase(Locale.ROOT), value));
        dead(all, "headers in upper case", "{}", upper, Reason.NOT_A_CLOUD_EVENT);
        dead(all, "NUL in data", event("nul", "{\"source\":\"a\\u0000b\"}"), Map.of(), Reason.DATA_INVALID);
    }

    private static void badRequests(List<Poison> all) {
        FailureCode invalid = FailureCode.REQUEST_INVALID;
        rejected(all, "r-unknown-field", "{\"source\":\"p\",\"lables\":[]}", invalid);
        rejected(all, "r-missing", "{}", invalid);
        rejected(all, "r-null", "{\"source\":null}", invalid);
        rejected(all, "r-no-data", "null", invalid);
        rejected(all, "r-array", "[]", invalid);
        rejected(all, "r-text", "\"portal\"", invalid);
        rejected(all, "r-number-for-text", "{\"source\":5}", invalid);
        rejected(all, "r-text-for-list", "{\"source\":\"p\",\"labels\":\"x\"}", invalid);
        rejected(all, "r-null-in-list", "{\"source\":\"p\",\"labels\":[null]}", invalid);
        String labels = "{\"source\":\"p\",\"labels\":[\"" + "x".repeat(3000) + "\"]}";
        rejected(all, "r-long-label", labels, invalid);
        rejected(all, "r-kind", "{\"source\":\"p\",\"kind\":\"SOMETIMES\"}", invalid);
        rejected(all, "r-kind-number", "{\"source\":\"p\",\"kind\":0}", invalid);
        rejected(all, "r-unknown-source", "{\"source\":\"unknown-x\"}", FailureCode.SOURCE_UNKNOWN);
        String base64 = Base64.getEncoder().encodeToString("{\"sauce\":\"p\"}".getBytes(StandardCharsets.UTF_8));
        String encoded = event("r-base64", "\"" + base64 + "\"").replace("\"data\":", "\"data_base64\":");
        add(all, "r-base64", encoded, Map.of(), invalid);
        String type = event("r-type", "{\"source\":\"p\"}").replace("BackupRequested", "BackupWished");
        add(all, "r-type", type, Map.of(), invalid);
        String version = event("r-version", "{\"source\":\"p\"}").replace("BackupRequested.v1", "BackupRequested.v9");
        add(all, "r-version", version, Map.of(), invalid);
        String other = event("r-other-topic", "{\"source\":\"p\"}").replace("BackupRequested", "RestoreRequested");
        add(all, "r-other-topic", other, Map.of(), invalid);
        Map<String, String> expired = with(binary("r-expired"), "ce_expirytime", "2020-01-01T00:00:00Z");
        add(all, "r-expired", "{\"source\":\"p\"}", expired, FailureCode.REQUEST_EXPIRED);
        String cancel = event("r-cancel", "{\"backupId\":\"no uuid\"}").replace("BackupReq", "BackupCancellationReq");
        add(all, "r-cancel", cancel, Map.of(), invalid);
    }

    private static void dead(
            List<Poison> all, String name, @Nullable String value, Map<String, String> headers, Reason reason) {
        byte[] bytes = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
        all.add(new Poison(name, bytes, headers, reason, null));
    }

    private static void deadBytes(List<Poison> all, String name, byte[] value, Reason reason) {
        all.add(new Poison(name, value, Map.of(), reason, null));
    }

    private static void rejected(List<Poison> all, String id, String data, FailureCode code) {
        add(all, id, event(id, data), Map.of(), code);
    }

    private static void add(List<Poison> all, String id, String value, Map<String, String> headers, FailureCode code) {
        all.add(new Poison(id, value.getBytes(StandardCharsets.UTF_8), headers, null, code));
    }

    private static String event(String id, String data) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id
                + "\",\"source\":\"/poison\",\"type\":\"io.holdfast.BackupRequested.v1\",\"data\":" + data + "}";
    }

    private static Map<String, String> binary(String id) {
        return InboxTableTest.binaryHeaders(id, "/poison");
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> changed = new HashMap<>(headers);
        changed.put(name, value);
        return changed;
    }

    private static String nested(String open, int depth, String close) {
        return open.repeat(depth) + close.repeat(depth);
    }
}
