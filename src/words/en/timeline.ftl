# The picture of a conversation.
