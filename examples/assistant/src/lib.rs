//! Status, chat and a catalogue behind Cognito.
