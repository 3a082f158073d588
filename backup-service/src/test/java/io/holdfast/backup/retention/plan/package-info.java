@NullMarked
package io.holdfast.backup.retention.plan;

import org.jspecify.annotations.NullMarked;
