package io.holdfast.drill.evidence;

import io.holdfast.drill.DrillReport;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What an archive contains of one drill.
 *
 * @param manifest the manifest of the drilled backup, byte for byte as it is stored in the vault (sealed)
 * @param versions name and version of each part: Holdfast, the server, the tools
 * @param activity lines of the activity log about the drill, each one a JSON document without a line end, oldest first
 */
@SuppressWarnings("ArrayRecordComponent") // written, never compared
public record Evidence(DrillReport report, byte[] manifest, Map<String, String> versions, List<String> activity) {
    public Evidence {
        versions = new TreeMap<>(versions);
        activity = List.copyOf(activity);
        for (String line : activity) {
            if (line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0) {
                throw new IllegalArgumentException(
                        "field \"activity\" holds a text of several lines; write each as one line");
            }
        }
    }
}
