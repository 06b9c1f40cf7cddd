"""The sample site: its texts (`site/`), an empty site (`empty/`), and drawn pictures: nobody real is in them."""
