package io.holdfast.devstack;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to start.
 *
 * @param data where the servers keep their data, kept over restarts with ports and passwords; null for a folder that
 *     is deleted at the end, without fsync
 * @param parts the servers wanted
 * @param ports fixed ports; a part that is not named gets the port it had on this data, else a free one
 * @param containers run Kafka, PostgreSQL and S3 as containers; needs a container engine that answers
 */
public record StackOptions(
        @Nullable Path data, Set<StackComponent> parts, Map<StackComponent, Integer> ports, boolean containers) {

    public StackOptions {
        parts = Set.copyOf(parts);
        ports = Map.copyOf(ports);
    }

    /** Everything, on free ports, in a folder that is deleted at the end. */
    public static StackOptions temporary() {
        return new StackOptions(
                null, EnumSet.allOf(StackComponent.class), Map.of(), Boolean.getBoolean("holdfast.containers"));
    }

    /** Everything, on data that stays. */
    public static StackOptions in(Path data) {
        return new StackOptions(data, EnumSet.allOf(StackComponent.class), Map.of(), false);
    }

    /** These servers alone: a test that needs PostgreSQL only is ready in a second. */
    public StackOptions only(StackComponent first, StackComponent... more) {
        return new StackOptions(data, EnumSet.of(first, more), ports, containers);
    }

    public StackOptions on(Map<StackComponent, Integer> fixed) {
        return new StackOptions(data, parts, fixed, containers);
    }

    public StackOptions inContainers() {
        return new StackOptions(data, parts, ports, true);
    }

    List<String> arguments() {
        List<String> arguments = new ArrayList<>();
        if (data != null) {
            arguments.add("--data=" + data.toAbsolutePath());
        }
        arguments.add("--parts="
                + String.join(
                        ",", parts.stream().map(StackComponent::name).sorted().toList()));
        ports.forEach((part, port) -> arguments.add("--port=" + part + ":" + port));
        if (containers) {
            arguments.add("--containers");
        }
        return arguments;
    }

    static StackOptions parse(String... arguments) {
        StackOptions options = new StackOptions(null, EnumSet.allOf(StackComponent.class), Map.of(), false);
        Map<StackComponent, Integer> ports = new java.util.EnumMap<>(StackComponent.class);
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String value = argument.substring(equals + 1);
            switch (equals < 0 ? argument : argument.substring(0, equals)) {
                case "--data" ->
                    options = new StackOptions(Path.of(value), options.parts, Map.of(), options.containers);
                case "--parts" ->
                    options = new StackOptions(options.data, partsOf(value), Map.of(), options.containers);
                case "--port" ->
                    ports.put(StackComponent.valueOf(value.substring(0, value.indexOf(':'))), portOf(value));
                case "--containers" -> options = options.inContainers();
                default -> throw new IllegalArgumentException("unknown argument " + argument);
            }
        }
        return options.on(ports);
    }

    private static Set<StackComponent> partsOf(String names) {
        Set<StackComponent> parts = EnumSet.noneOf(StackComponent.class);
        for (String name : names.split(",", -1)) {
            parts.add(StackComponent.valueOf(name));
        }
        return parts;
    }

    private static int portOf(String value) {
        return Integer.parseInt(value.substring(value.indexOf(':') + 1));
    }
}
