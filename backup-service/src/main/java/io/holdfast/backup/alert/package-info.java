/** Alerts that backup-service raises: each once for each change of its condition, whatever the number of replicas. */
@NullMarked
package io.holdfast.backup.alert;

import org.jspecify.annotations.NullMarked;
