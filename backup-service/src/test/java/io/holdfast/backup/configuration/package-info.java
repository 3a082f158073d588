@NullMarked
package io.holdfast.backup.configuration;

import org.jspecify.annotations.NullMarked;
