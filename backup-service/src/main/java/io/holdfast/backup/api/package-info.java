/** REST resources and consumers of backup-service. */
@NullMarked
package io.holdfast.backup.api;

import org.jspecify.annotations.NullMarked;
