package dev.gleisner.adapters.linux.sys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gleisner.bindings.linux.linux_h;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Our own constants exist because the generated ones are slow to touch; they must say the same. */
class ConstantsTest {
    @Test
    void everySystemCallHasTheNumberOfTheHeaders() throws ReflectiveOperationException {
        assertThat(compare(SysNr.class, "__NR_", true)).isGreaterThan(100);
    }

    @Test
    void everyErrorHasTheNumberOfTheHeaders() throws ReflectiveOperationException {
        assertThat(compare(Errno.class, "", false)).isGreaterThan(20);
    }

    private static int compare(Class<?> ours, String prefix, boolean lowerCase) throws ReflectiveOperationException {
        int compared = 0;
        for (Field field : ours.getDeclaredFields()) {
            if (field.getType() == int.class && Modifier.isPublic(field.getModifiers())) {
                String name = prefix + (lowerCase ? field.getName().toLowerCase(Locale.ROOT) : field.getName());
                Method generated = linux_h.class.getMethod(name);
                generated.setAccessible(true); // it is inherited from a class that is not public
                assertThat(field.getInt(null)).as(name).isEqualTo(generated.invoke(null));
                compared++;
            }
        }
        return compared;
    }
}
